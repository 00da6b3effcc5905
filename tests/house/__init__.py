"""The house itself: walls between rooms, the plan drawn from the imports, figures that only rise."""
