package io.nationtech.iot.operator.reconcile;

/**
 * How an operator stands.
 *
 * @param synced all resources were known at least once
 * @param connected to NATS
 * @param devices with a resource
 * @param connectedDevices of them
 */
public record Figures(
    boolean synced,
    boolean connected,
    int devices,
    int connectedDevices,
    Queue deviceQueue,
    Queue deploymentQueue) {
  /**
   * Keys of one kind.
   *
   * @param waiting for their turn
   * @param done reconciled since the start; one that comes again counts again
   * @param failed the same, to be tried again
   */
  public record Queue(int waiting, long done, long failed) {}
}
