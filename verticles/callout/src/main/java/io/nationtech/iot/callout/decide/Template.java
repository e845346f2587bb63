package io.nationtech.iot.callout.decide;

import static java.util.stream.Stream.concat;

import io.nationtech.iot.codec.Wire;
import java.util.List;
import java.util.stream.Stream;

/** What a role may do. */
public enum Template {
  DEVICE(Subjects.DEVICE_PUBLISHES, Subjects.DEVICE_HEARS),
  VIEWER(Subjects.READS, Subjects.FEEDS),
  SUPPORT(with(Subjects.READS, Wire.request("*", "logs")), Subjects.FEEDS),
  OPERATOR(
      with(Subjects.READS, Wire.request("*", "logs"), Wire.request("*", "nudge")), Subjects.FEEDS);

  private final List<String> publish;
  private final List<String> subscribe;

  Template(List<String> publish, List<String> subscribe) {
    this.publish = publish;
    this.subscribe = subscribe;
  }

  /** Filled in for a device id, or for a person's subject: each one token of a subject. */
  Permissions filledInFor(String name) {
    return new Permissions(
        publish.stream().map(subject -> subject.replace(Subjects.NAME, name)).toList(),
        concat(subscribe.stream(), Stream.of(Wire.inboxPrefix(Subjects.NAME) + ".>"))
            .map(subject -> subject.replace(Subjects.NAME, name))
            .toList());
  }

  private static List<String> with(List<String> some, String... more) {
    return concat(some.stream(), Stream.of(more)).toList();
  }

  /** Apart, because the constants of an enum come before its other fields. */
  private static final class Subjects {
    static final String NAME = "{{device}}";
    static final List<String> DEVICE_PUBLISHES =
        List.of(
            Wire.directGet(Wire.BUCKET_DESIRED, NAME),
            Wire.kvSubject(Wire.BUCKET_REPORTED, NAME),
            Wire.heartbeat(NAME));
    static final List<String> DEVICE_HEARS = List.of(Wire.desiredFeed(NAME));
    static final List<String> READS =
        List.of(
            Wire.directGet(Wire.BUCKET_DESIRED, "*"), Wire.directGet(Wire.BUCKET_REPORTED, "*"));
    static final List<String> FEEDS = List.of(Wire.desiredFeed("*"), Wire.heartbeat("*"));
  }
}
