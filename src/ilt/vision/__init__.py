"""The one-page vision for the instructional core: students, teachers, content."""
