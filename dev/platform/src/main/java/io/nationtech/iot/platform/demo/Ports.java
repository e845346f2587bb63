package io.nationtech.iot.platform.demo;

/** Where the demo's servers listen, on loopback; dev/demo checks that they are free. */
final class Ports {
  static final int NATS = 14222;
  static final int KUBERNETES = 16443;
  static final int ETCD = 12379;
  static final int REGISTRY = 15000;
  static final int ZITADEL = 18220;
  static final int HELLO = 18080;

  private Ports() {}
}
