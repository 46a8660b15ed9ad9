/// Mail on its way out, for plugins; the server supplies it.
///
/// Each function returns at once, and each `done` is called once, on any thread, maybe before that; not after a throw.
public protocol OutboundService: Sendable {
    /// Queues a mail; `done` has the entry when it is on the disk.
    func submit(
        _ mail: SubmittedMail,
        _ done: @escaping @Sendable (Result<UInt64, ServiceFault>) -> Void
    ) throws(ServiceFault)

    /// Gives a message to a host; `done` has an outcome for each recipient, in their order.
    func deliver(
        _ errand: Errand,
        _ done: @escaping @Sendable ([RecipientOutcome]) -> Void
    ) throws(ServiceFault) -> any ErrandUnderWay

    func act(
        _ action: QueueAction,
        on entry: UInt64,
        by plugin: String,
        _ done: @escaping @Sendable (ServiceFault?) -> Void
    ) throws(ServiceFault)

    /// What is known of an entry, as JSON.
    func describe(
        _ entry: UInt64,
        _ done: @escaping @Sendable (Result<String, ServiceFault>) -> Void
    ) throws(ServiceFault)
}
