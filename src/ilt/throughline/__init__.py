"""The thread from students' needs to teachers' learning, time and evidence: links, gaps, pictures."""
