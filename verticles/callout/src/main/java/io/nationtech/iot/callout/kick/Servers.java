package io.nationtech.iot.callout.kick;

import io.vertx.core.Future;
import java.util.List;

/** The servers of a cluster, as a user of their system account sees them. */
interface Servers {
  /** How many there are, as one of them sees it. */
  Future<Integer> count();

  /**
   * Each server's first 1024 connections that a callout named {@code name}, none where it does not
   * know the account; servers that do not answer in five seconds are missing.
   */
  Future<List<Listed>> connections(String account, String name, int servers);

  /** Closes it; one that has ended meanwhile is no error. */
  Future<Void> close(String server, long connectionId);

  /** Whether any of them knows the account. */
  Future<Boolean> know(String account, int servers);
}
