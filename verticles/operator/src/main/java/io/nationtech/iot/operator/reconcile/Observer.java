package io.nationtech.iot.operator.reconcile;

/** Is told what became of each write. */
public interface Observer {
  /** What was to be written: the first two in NATS, the others in Kubernetes. */
  enum Target {
    Desired,
    Pin,
    Status,
    Finalizers,
    Event
  }

  /** Conflict: somebody else was faster; it is read and tried again. */
  enum Outcome {
    Done,
    Conflict,
    Failed
  }

  void wrote(Target target, Outcome outcome);
}
