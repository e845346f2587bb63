package io.nationtech.iot.agent;

import io.nationtech.iot.agent.config.Settings;
import io.nationtech.iot.agent.config.Settings.Identity;
import io.nationtech.iot.agent.identity.Timekeeper;
import io.nationtech.iot.agent.identity.Token;
import io.nationtech.iot.agent.reconcile.Memory;
import io.nationtech.iot.agent.store.BuildTime;
import io.nationtech.iot.agent.store.DirectoryLock;
import io.nationtech.iot.agent.store.DurableFile;
import io.nationtech.iot.agent.store.HistoryAppender;
import io.nationtech.iot.agent.store.HistoryFile;
import io.nationtech.iot.agent.store.LiveFile;
import io.nationtech.iot.agent.store.PulledFile;
import io.nationtech.iot.agent.store.StateFile;
import io.nationtech.iot.agent.store.TimeFile;
import io.nationtech.iot.agent.zitadel.Kept;
import io.nationtech.iot.codec.DeviceId;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/** All that a starting agent knows from before, with no network at all. */
record Remembered(
    DeviceId device,
    DirectoryLock lock,
    LiveFile live,
    HistoryAppender history,
    StateFile store,
    Memory memory,
    PulledFile pulled,
    String boot,
    Timekeeper clock,
    TimeFile times,
    Optional<Tokens> tokens) {

  /** Where the identity's tokens are kept, and the last one. */
  record Tokens(Identity.Zitadel identity, Kept kept, Optional<Token> last) {}

  /** Blocks. */
  static Remembered read(Vertx vertx, Settings settings, InstantSource system) throws IOException {
    var directory = settings.agent().stateDirectory();
    var store = new StateFile(vertx, directory, settings.device());
    var lock = new DirectoryLock(directory);
    DurableFile.removeUnfinished(directory);
    var clock = new Timekeeper(system, System::nanoTime, BuildTime.read());
    var history = new HistoryAppender(vertx, new HistoryFile(directory), clock);
    var memory = store.load();
    var times = new TimeFile(directory);
    var tokens = tokens(settings, directory);
    times.load().ifPresent(clock::notBefore);
    memory.known().map(Memory.Known::time).ifPresent(clock::notBefore);
    tokens.flatMap(Tokens::last).map(Token::issued).ifPresent(clock::notBefore);
    return new Remembered(
        settings.device(),
        lock,
        new LiveFile(vertx, directory),
        history,
        store,
        memory,
        new PulledFile(vertx, directory),
        bootId(),
        clock,
        times,
        tokens);
  }

  private static Optional<Tokens> tokens(Settings settings, Path directory) throws IOException {
    if (settings.identity() instanceof Identity.Zitadel identity) {
      var kept = new Kept(identity, directory);
      return Optional.of(new Tokens(identity, kept, kept.load()));
    }
    return Optional.empty();
  }

  /** The kernel's own: new at every start of the machine, the same for all that run on it. */
  private static String bootId() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
  }
}
