package io.nationtech.iot.agent.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.nationtech.iot.codec.MalformedDocumentException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A text in one file, the owner's only, that survives a power cut at any moment: written beside it,
 * synced, renamed over it, with a checksum in its first line; the copy before is kept. Blocks.
 */
public final class DurableFile {
  private static final Logger log = LoggerFactory.getLogger("iot-agent");
  static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** What is being written has its name with this behind it. */
  static final String UNFINISHED = ".next";

  /** Understands a text that was kept. */
  public interface Decoder<T> {
    T decode(String text) throws MalformedDocumentException;
  }

  /**
   * What happened to a text that was kept.
   *
   * @param copy whether the copy before it is good
   */
  public record Damage(String words, boolean copy) {}

  private final Path file;

  public DurableFile(Path file) {
    this.file = file;
  }

  /** Makes the owner's own directory for {@code file} where there is none. */
  static void makeDirectory(Path file) throws IOException {
    Files.createDirectories(
        file.toAbsolutePath().getParent(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** Does away with what was not written to its end; for the one agent of this directory. */
  public static void removeUnfinished(Path directory) throws IOException {
    try (var left = Files.newDirectoryStream(directory, "*" + UNFINISHED)) {
      for (var file : left) {
        if (Files.isRegularFile(file)) {
          Files.delete(file);
        }
      }
    }
  }

  /** What was kept last, or before that; nothing where neither can be read. */
  public <T> Optional<T> load(Decoder<T> decoder) {
    try {
      return Optional.of(read(file, decoder));
    } catch (NoSuchFileException e) {
      return Files.exists(previous()) ? loadPrevious(decoder, "is gone") : Optional.empty();
    } catch (IOException | MalformedDocumentException e) {
      return loadPrevious(decoder, "is damaged (" + e.getMessage() + ")");
    }
  }

  /** What is wrong with what was kept, for who only looks. */
  public <T> Optional<Damage> damage(Decoder<T> decoder) {
    try {
      read(file, decoder);
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Files.exists(previous()) ? damage(decoder, file + " is gone") : Optional.empty();
    } catch (IOException | MalformedDocumentException e) {
      return damage(decoder, file + " is damaged (" + e.getMessage() + ")");
    }
  }

  private <T> Optional<Damage> damage(Decoder<T> decoder, String words) {
    try {
      read(previous(), decoder);
      return Optional.of(new Damage(words + "; the copy before it is good", true));
    } catch (IOException | MalformedDocumentException e) {
      return Optional.of(new Damage(words + "; there is no good copy before it", false));
    }
  }

  private <T> Optional<T> loadPrevious(Decoder<T> decoder, String damage) {
    try {
      var value = read(previous(), decoder);
      log.warn("{} {}: using the copy before it", file, damage);
      return Optional.of(value);
    } catch (IOException | MalformedDocumentException e) {
      log.error(
          "{} {}, and there is no good copy before it: going on without, and what runs goes on",
          file,
          damage);
      return Optional.empty();
    }
  }

  private static <T> T read(Path from, Decoder<T> decoder)
      throws IOException, MalformedDocumentException {
    var text = text(from);
    int line = text.indexOf('\n');
    var body = text.substring(line + 1);
    if (line < 0 || !text.substring(0, line).equals(checksum(body))) {
      throw new MalformedDocumentException("its checksum is wrong");
    }
    return decoder.decode(body);
  }

  private static String text(Path from) throws IOException, MalformedDocumentException {
    try {
      return Files.readString(from);
    } catch (CharacterCodingException e) {
      throw new MalformedDocumentException("it is no text");
    }
  }

  /** Makes the directory too. */
  public void save(String body) throws IOException {
    makeDirectory(file);
    var next = file.resolveSibling(file.getFileName() + UNFINISHED);
    Files.deleteIfExists(next);
    Files.createFile(next, OWNER_ONLY);
    try (var channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
      var bytes = ByteBuffer.wrap((checksum(body) + "\n" + body).getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    if (Files.exists(file)) {
      // A second name for the old file: at no moment is there none under the first.
      Files.deleteIfExists(previous());
      Files.createLink(previous(), file);
    }
    Files.move(next, file, ATOMIC_MOVE);
    try (var directory =
        FileChannel.open(file.toAbsolutePath().getParent(), EnumSet.of(StandardOpenOption.READ))) {
      directory.force(true);
    }
  }

  private Path previous() {
    return file.resolveSibling(file.getFileName() + ".previous");
  }

  private static String checksum(String body) {
    var crc = new CRC32C();
    crc.update(body.getBytes(UTF_8));
    return "crc32c " + Long.toHexString(crc.getValue());
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
