internal import Mail
internal import Queue

/// A report that is ready to be queued.
struct WrittenReport: Sendable {
    let kind: DeliveryReport.Kind
    let draft: Draft
}
