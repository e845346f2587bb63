package io.nationtech.iot.callout;

import io.nationtech.iot.callout.nats.Nkey;
import io.nationtech.iot.callout.nats.Signer;
import io.nationtech.iot.callout.nats.Xkey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the two keys of a callout. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description =
        "Makes issuer.seed and xkey.seed in a directory, and prints the public halves for"
            + " nats-server's auth_callout block.")
final class KeysCommand implements Callable<Integer> {
  @Option(names = "--directory", required = true, description = "Where; nothing is overwritten.")
  private Path directory = Path.of("");

  @Override
  public Integer call() throws IOException {
    var issuer = Signer.generate(Nkey.Kind.ACCOUNT);
    var xkey = Xkey.generate();
    write("issuer.seed", issuer.seed());
    write("xkey.seed", xkey.seed());
    System.out.println("issuer: " + issuer.publicKey());
    System.out.println("xkey: " + xkey.publicKey());
    return 0;
  }

  private void write(String name, String seed) throws IOException {
    var file =
        Files.createFile(
            directory.resolve(name),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, seed + "\n");
  }
}
