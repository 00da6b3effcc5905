"""One module for each publisher: its article template and its lists, modelled on real sites."""
