"""Pure decisions about designs: how a form is rearranged, what a guideline finds, what changed between two sources."""
