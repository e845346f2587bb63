package io.nationtech.iot.platform.power;

import io.nationtech.iot.platform.Command;
import io.nationtech.iot.platform.Images;
import io.nationtech.iot.platform.SecretFile;
import io.nationtech.iot.platform.power.Cut.Mode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Many kills, on several devices at once. The n-th {@link Cut} has the seed {@code seed + n}, so
 * that it is done again by its own seed.
 *
 * @param directory for disks and logs; what failed is kept there
 * @param agentCommand the agent's, up to {@code run}
 * @param kills how many at least
 * @param devices how many at once
 */
public record PowerCuts(
    Path directory,
    List<String> agentCommand,
    List<Mode> modes,
    long seed,
    int kills,
    int devices) {
  private static final String DISK_SIZE = "512M";

  /** {@code heard} hears of each kill when it is over, from several threads. */
  public void run(Consumer<Outcome> heard) {
    var template = template();
    var turns = new Turns(modes, new AtomicLong(seed), new AtomicInteger(kills));
    try (var threads = Executors.newFixedThreadPool(devices)) {
      var runs =
          threads.invokeAll(
              IntStream.range(0, devices)
                  .<Callable<Boolean>>mapToObj(n -> () -> run("power-" + n, template, turns, heard))
                  .toList());
      for (var run : runs) {
        run.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      template.delete();
    }
  }

  private boolean run(String name, Disk template, Turns turns, Consumer<Outcome> heard) {
    var own = SecretFile.directory(directory.resolve(name));
    try (var device = new Device(own, name, agentCommand)) {
      var trial = new Trial(own, device, template);
      for (var cut = turns.next(); cut.isPresent(); cut = turns.next()) {
        var outcome = trial.run(cut.get());
        if (!outcome.problems().isEmpty()) {
          keep(own, cut.get().seed());
        }
        heard.accept(outcome);
      }
      return true;
    }
  }

  /** Whose turn is next, until there were kills enough. */
  private record Turns(List<Mode> modes, AtomicLong seed, AtomicInteger left) {
    synchronized Optional<Cut> next() {
      if (left.get() <= 0) {
        return Optional.empty();
      }
      var cut = Cut.of(seed.getAndIncrement(), modes);
      left.addAndGet(-cut.kills());
      return Optional.of(cut);
    }
  }

  /** A disk with nothing but podman's store, which holds the images of the test. */
  private Disk template() {
    var archive = directory.resolve("images.tar");
    Command.run(
        "podman", "save", "-q", "-m", "-o", archive.toString(), Images.HELLO_1, Images.HELLO_2);
    var own = SecretFile.directory(directory.resolve("template"));
    try (var world = new World(own)) {
      world.boot(Disk.make(own.resolve("empty.img"), DISK_SIZE));
      world.podmanItself("load", "-q", "-i", archive.toString());
      world.sync();
      return world.cutPower();
    }
  }

  private void keep(Path own, long at) {
    try {
      var kept = SecretFile.directory(directory.resolve("failed-" + at));
      for (var log : List.of("agent.log", "podman.log", "world.log")) {
        if (Files.exists(own.resolve(log))) {
          Files.copy(own.resolve(log), kept.resolve(log), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
