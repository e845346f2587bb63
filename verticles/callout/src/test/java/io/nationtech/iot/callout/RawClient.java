package io.nationtech.iot.callout;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The NATS protocol by hand, with none of the manners of a client library. */
final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MS = 15_000;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  final List<String> heard = new ArrayList<>();

  RawClient(String url) {
    try {
      var address = URI.create(url);
      socket = new Socket(address.getHost(), address.getPort());
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MS);
      in = new BufferedInputStream(socket.getInputStream());
      out = socket.getOutputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** INFO, CONNECT with a token, PING; gives PONG or the error. */
  String signIn(String token) {
    var connect =
        JsonNodeFactory.instance
            .objectNode()
            .put("auth_token", token)
            .put("verbose", false)
            .put("pedantic", false)
            .put("headers", true)
            .put("no_responders", true)
            .put("protocol", 1)
            .put("lang", "raw")
            .put("version", "0");
    return signInWith(connect.toString());
  }

  /** The same with a CONNECT of the caller's: a JSON object, or anything else. */
  String signInWith(String connect) {
    line();
    send("CONNECT " + connect + "\r\nPING\r\n");
    return answer();
  }

  /** The next PONG or -ERR; messages before it are kept in {@link #heard}. */
  String answer() {
    for (var line = line(); ; line = line()) {
      if (line.equals("PONG") || line.startsWith("-ERR") || line.equals("closed")) {
        return line;
      }
      take(line);
    }
  }

  /** Sends, and gives all that comes until the server has seen it: errors, then PONG. */
  List<String> exchange(String commands) {
    send(commands + "PING\r\n");
    var lines = new ArrayList<String>();
    while (true) {
      var line = line();
      if (line.equals("PONG") || line.equals("closed")) {
        lines.add(line);
        return lines;
      }
      if (line.startsWith("-ERR")) {
        lines.add(line);
      } else {
        take(line);
      }
    }
  }

  /** Waits for a message that fits. */
  String message(Predicate<String> fits) {
    while (true) {
      for (var one : heard) {
        if (fits.test(one)) {
          return one;
        }
      }
      var line = line();
      if (line.equals("closed")) {
        throw new IllegalStateException("closed");
      }
      take(line);
    }
  }

  static String pub(String subject, String reply, String payload) {
    var bytes = payload.getBytes(UTF_8).length;
    return "PUB "
        + subject
        + " "
        + (reply.isEmpty() ? "" : reply + " ")
        + bytes
        + "\r\n"
        + payload
        + "\r\n";
  }

  static String hpub(String subject, String reply, String headers, String payload) {
    var head = "NATS/1.0\r\n" + headers + "\r\n\r\n";
    int all = head.length() + payload.length();
    return "HPUB "
        + subject
        + " "
        + (reply.isEmpty() ? "" : reply + " ")
        + head.length()
        + " "
        + all
        + "\r\n"
        + head
        + payload
        + "\r\n";
  }

  void send(String text) {
    try {
      out.write(text.getBytes(UTF_8));
      out.flush();
    } catch (IOException e) {
      // The server may have closed already: what it said before is read by the caller.
    }
  }

  private void take(String line) {
    if (line.startsWith("MSG ") || line.startsWith("HMSG ")) {
      var words = line.split(" ");
      int size = Integer.parseInt(words[words.length - 1]);
      heard.add(line + "\n" + new String(bytes(size + 2), ISO_8859_1));
    } else if (line.equals("PING")) {
      send("PONG\r\n");
    }
  }

  /** "closed" where the server has hung up. */
  String line() {
    var line = new ByteArrayOutputStream();
    try {
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          return "closed";
        }
        line.write(c);
      }
    } catch (SocketTimeoutException e) {
      throw new IllegalStateException("the server says nothing", e);
    } catch (IOException e) {
      return "closed";
    }
    return line.toString(UTF_8).strip();
  }

  private byte[] bytes(int size) {
    try {
      return in.readNBytes(size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
