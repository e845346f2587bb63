package io.nationtech.iot.agent.podman;

import io.nationtech.iot.agent.plan.LockFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;

/**
 * Looks for a file in a volume without leaving it: who writes to the volume may leave links in it,
 * and change them at any moment.
 */
final class LockFiles {
  private LockFiles() {}

  /** Blocks. {@code file} is relative, and goes down only. */
  static LockFile look(Path directory, String file) {
    try (var stream = Files.newDirectoryStream(directory)) {
      return look(stream, Path.of(file));
    } catch (IOException e) {
      return notSeen(e);
    }
  }

  private static LockFile look(DirectoryStream<Path> directory, Path file) throws IOException {
    if (!(directory instanceof SecureDirectoryStream<Path> here)) {
      return new LockFile.Unreadable("its file system can't be looked at without following links");
    }
    if (file.getNameCount() == 1) {
      here.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .readAttributes();
      return new LockFile.There();
    }
    try (var below = here.newDirectoryStream(file.getName(0), LinkOption.NOFOLLOW_LINKS)) {
      return look(below, file.subpath(1, file.getNameCount()));
    }
  }

  private static LockFile notSeen(IOException e) {
    return switch (e) {
      case NoSuchFileException absent -> new LockFile.Absent();
      case AccessDeniedException denied ->
          new LockFile.Unreadable("the agent's user may not look into the volume");
      default -> new LockFile.Unreadable("a part of its path is no directory, or a link");
    };
  }
}
