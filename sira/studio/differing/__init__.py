"""What has changed between two versions: of a process, a decision, a form."""
