/// A host function's refusal.
public struct HostError: Error, Equatable, CustomStringConvertible {
    /// One of the `HK_E_` codes.
    public let status: Int32

    /// What was tried.
    public let operation: String

    /// No status at all stands for a function that this host does not have.
    init(_ status: hk_status?, _ operation: String) {
        self.status = status ?? hk_status(HK_E_UNSUPPORTED)
        self.operation = operation
    }

    /// Throws unless the status is `HK_OK`.
    static func check(_ status: hk_status?, _ operation: String) throws(HostError) {
        if status != hk_status(HK_OK) { throw HostError(status, operation) }
    }

    init(_ code: Int, _ operation: String) { self.init(hk_status(code), operation) }

    public var description: String { "\(operation): \(name)" }

    private var name: String {
        switch Int(status) {
        case HK_E_UNSUPPORTED: "not supported by this server (HK_E_UNSUPPORTED)"
        case HK_E_INVALID: "an argument is not allowed (HK_E_INVALID)"
        case HK_E_STALE: "the call or session has ended (HK_E_STALE)"
        case HK_E_NOT_FOUND: "not found (HK_E_NOT_FOUND)"
        case HK_E_DENIED: "the capability is not granted in config/plugins.ini (HK_E_DENIED)"
        case HK_E_BUFFER: "the buffer is too small (HK_E_BUFFER)"
        case HK_E_SIGNATURE: "the signature does not fit (HK_E_SIGNATURE)"
        case HK_E_PHASE: "not possible here (HK_E_PHASE)"
        case HK_E_SHUTDOWN: "the plugin or the server is stopping (HK_E_SHUTDOWN)"
        case HK_E_LIMIT: "a limit was reached (HK_E_LIMIT)"
        case HK_E_FAILED: "it failed (HK_E_FAILED)"
        default: "status \(status)"
        }
    }
}
