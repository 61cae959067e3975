"""What was asked → what a document must hold and what it scores: the plan that every engine runs."""
