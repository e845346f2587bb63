package io.nationtech.iot.podman;

/** A small file of a container; {@code path} is absolute, {@code mode} has no more than 9 bits. */
public record FileContent(String path, String content, int mode) {
  /** Without the content, which may be anything. */
  @Override
  public String toString() {
    return path;
  }
}
