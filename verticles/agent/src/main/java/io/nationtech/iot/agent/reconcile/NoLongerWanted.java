package io.nationtech.iot.agent.reconcile;

/** While the image was pulled, something else came to be wanted; nothing was changed. */
final class NoLongerWanted extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoLongerWanted() {
    super("it is not wanted any more");
  }
}
