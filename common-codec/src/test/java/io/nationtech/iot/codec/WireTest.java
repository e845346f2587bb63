package io.nationtech.iot.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each name on the wire is spelled once, in {@link Wire}: who changes it changes it everywhere. */
class WireTest {
  private static final Set<String> NOT_OURS = Set.of("target", ".git", ".cache", "node_modules");

  /** Too short or too common to be looked for by itself. */
  private static final Set<String> ORDINARY =
      Set.of(
          Wire.ACCOUNT_HUB,
          Wire.ACCOUNT_DEVICES,
          Wire.ACCOUNT_OPERATIONS,
          Wire.ACCOUNT_AUTHENTICATION,
          Wire.ACCOUNT_SYSTEM,
          Wire.OPERATION_DELETE,
          Wire.API_VERSION,
          Wire.LABEL_PREFIX);

  private static final Pattern COMMENT_OR_TEXT =
      Pattern.compile(
          "//[^\n]*+|/\\*[\\s\\S]*?\\*/|(\"\"\"[\\s\\S]*?\"\"\")"
              + "|(\"[^\"\\\\\n]*+(?:\\\\.[^\"\\\\\n]*+)*+\")|'(?:\\\\.|[^'\\\\])[^'\n]*+'");

  @Test
  void noNameIsSpelledASecondTime() throws IOException {
    var names = names();
    assertTrue(
        names.contains(Wire.desiredFeed("")) && names.contains(Wire.LABEL_SPEC), names::toString);
    var found = new ArrayList<String>();
    var sources = sources();
    assertTrue(sources.size() > 100, () -> sources.size() + " files");
    for (var file : sources) {
      var spelled = spelled(file);
      names.stream()
          .filter(spelled::contains)
          .forEach(name -> found.add(root().relativize(file) + " spells " + name));
    }
    assertEquals("", String.join("\n", found));
  }

  @Test
  void onlyTextsOfJavaCount() {
    var java =
        "/** \"a\" */ x = \"b\\\"c\" + '\"'; // \"d\"\n y = \"\"\"\n  e \"f\" \"\"\" + \"g\";";
    assertEquals("\"b\\\"c\"\n\"\"\"\n  e \"f\" \"\"\"\n\"g\"", texts(java));
  }

  /** The constants, and of subjects and streams what stands before a device or a bucket. */
  private static Set<String> names() {
    var names = new TreeSet<String>();
    for (var field : Wire.class.getDeclaredFields()) {
      if (Modifier.isPublic(field.getModifiers()) && field.getType() == String.class) {
        names.add(value(field));
      }
    }
    names.removeAll(ORDINARY);
    names.add(Wire.desiredFeed(""));
    names.add(Wire.heartbeat(""));
    names.add(Wire.kvSubject("", "").replace("..", "."));
    names.add(Wire.kvStream(""));
    names.add(Wire.inboxPrefix(""));
    return names;
  }

  private static String value(Field field) {
    try {
      return String.valueOf(field.get(null));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Path> sources() throws IOException {
    var found = new ArrayList<Path>();
    Files.walkFileTree(
        root(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            return NOT_OURS.contains(String.valueOf(path.getFileName()))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            if (isJava(path) || isScript(path)) {
              found.add(path);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  private static boolean isJava(Path path) {
    return path.toString().endsWith(".java") && !path.endsWith("codec/Wire.java");
  }

  private static boolean isScript(Path path) throws IOException {
    if (path.toString().endsWith(".sh")) {
      return true;
    }
    if (Files.size(path) > 1 << 20 || !Files.isExecutable(path)) {
      return false;
    }
    var bytes = Files.readAllBytes(path);
    return bytes.length > 2 && bytes[0] == '#' && bytes[1] == '!';
  }

  private static String spelled(Path file) throws IOException {
    var text = Files.readString(file);
    return isJava(file)
        ? texts(text)
        : text.lines()
            .filter(line -> !line.strip().startsWith("#"))
            .collect(Collectors.joining("\n"));
  }

  private static String texts(String java) {
    return COMMENT_OR_TEXT
        .matcher(java)
        .results()
        .filter(found -> found.group().startsWith("\""))
        .map(found -> found.group())
        .collect(Collectors.joining("\n"));
  }

  private static Path root() {
    for (var at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve("mvnw"))) {
        return at;
      }
    }
    throw new IllegalStateException("run this inside a checkout of the project");
  }
}
