package io.nationtech.iot.agent.status;

import java.util.ArrayList;
import java.util.List;

/** Lines of columns that stand below each other; the last one is as long as it is. */
public final class Columns {
  private final List<List<String>> lines = new ArrayList<>();

  public void add(String... cells) {
    lines.add(List.of(cells));
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (var line : lines) {
      var row = new StringBuilder();
      for (int i = 0; i < line.size() - 1; i++) {
        row.append(line.get(i)).append(" ".repeat(width(i) - line.get(i).length() + 2));
      }
      text.append(row.append(line.getLast()).toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private int width(int column) {
    return lines.stream()
        .filter(line -> column < line.size() - 1)
        .mapToInt(line -> line.get(column).length())
        .max()
        .orElse(0);
  }
}
