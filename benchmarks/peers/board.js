// Sets a widget of the board as a choice in it does; given are the kind of choice and its value.
([kind, value]) => {
  const tag = {therapist: "select:therapists", threat: "select:threats", case: "select:case"}[kind];
  const label = {
    lack_of_trust: "Lack of trust",
    goal_misalignment: "Misalignment of goals",
    resistance_to_change: "Resistance to change",
  }[value] ?? value;
  const models = [...Bokeh.documents[0]._all_models.values()];
  const widget = models.find(one => one.tags?.includes(tag));
  lineProbe.start();
  if (kind === "case") widget.value = value;
  else if (widget.active !== undefined) widget.active = value ? [widget.labels.indexOf(label)] : [];
  else widget.value = value ? [value] : [];
}
