public import SMTP

/// How a courier's connection has ended.
public struct CourierEnd: Sendable, Equatable {
    /// Why the host can't be used; nil when everything was said.
    public let setback: ClientSession.Setback?
    /// What says more than the setback.
    public let fault: CourierFault?

    public init(setback: ClientSession.Setback?, fault: CourierFault?) {
        self.setback = setback
        self.fault = fault
    }

    /// A sentence for the log.
    public var reason: String { fault?.description ?? setback?.description ?? "everything was said" }
}
