"""Words of messages: which language they are, what is indexed of them, how they are found and marked."""
