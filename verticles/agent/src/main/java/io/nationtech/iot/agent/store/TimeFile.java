package io.nationtech.iot.agent.store;

import io.nationtech.iot.codec.MalformedDocumentException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** The last time that was certainly right, on disk. Blocks. */
public final class TimeFile {
  private final DurableFile file;

  public TimeFile(Path directory) {
    this.file = new DurableFile(directory.resolve("time"));
  }

  public Optional<Instant> load() {
    return file.load(TimeFile::decode);
  }

  public void save(Instant time) throws IOException {
    file.save(time.toString());
  }

  private static Instant decode(String text) throws MalformedDocumentException {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new MalformedDocumentException("it holds no time");
    }
  }
}
