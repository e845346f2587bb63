package io.nationtech.iot.agent.plan;

/** What there is of the file by which an application holds its update off. */
public sealed interface LockFile {
  /** No such file, or no such volume yet. */
  record Absent() implements LockFile {}

  /** It is there. */
  record There() implements LockFile {}

  /** Nobody knows; {@code why} is the end of a sentence. */
  record Unreadable(String why) implements LockFile {}
}
