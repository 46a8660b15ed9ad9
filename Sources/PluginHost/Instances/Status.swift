internal import PluginABI

/// The header's status codes, in their own type.
enum Status {
    static let ok = hk_status(HK_OK)
    static let unsupported = hk_status(HK_E_UNSUPPORTED)
    static let invalid = hk_status(HK_E_INVALID)
    static let stale = hk_status(HK_E_STALE)
    static let notFound = hk_status(HK_E_NOT_FOUND)
    static let denied = hk_status(HK_E_DENIED)
    static let buffer = hk_status(HK_E_BUFFER)
    static let signature = hk_status(HK_E_SIGNATURE)
    static let phase = hk_status(HK_E_PHASE)
    static let shutdown = hk_status(HK_E_SHUTDOWN)
    static let limit = hk_status(HK_E_LIMIT)
    static let failed = hk_status(HK_E_FAILED)
}
