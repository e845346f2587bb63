package io.nationtech.iot.agent.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Files that hold a secret. */
final class OwnerOnly {
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_WRITE);

  private OwnerOnly() {}

  /** The text of a file that nobody else can read or write; fails with words for the owner. */
  static String read(Path file) throws IOException {
    try {
      var text = Files.readString(file);
      var permissions = Files.getPosixFilePermissions(file);
      permissions.retainAll(OTHERS);
      if (permissions.isEmpty()) {
        return text;
      }
    } catch (IOException e) {
      throw new IOException("cannot be read: " + e.getClass().getSimpleName(), e);
    }
    throw new IOException("can be read by others and holds a secret: run chmod 600 " + file);
  }
}
