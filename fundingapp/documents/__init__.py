"""Papers to be read by people (.docx). Word documents are written here and nowhere else."""
