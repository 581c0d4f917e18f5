"""The made-up district: who works there, what they truly think, and two years of surveys among them."""
