package io.nationtech.iot.operator.resource;

/** A namespaced resource of a known kind. */
public record Key(String namespace, String name) {
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
