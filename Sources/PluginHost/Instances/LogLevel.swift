internal import PluginABI

/// The header's levels that the host itself writes at.
enum LogLevel {
    static let debug = Int32(HK_LOG_DEBUG)
    static let info = Int32(HK_LOG_INFO)
    static let notice = Int32(HK_LOG_NOTICE)
    static let warning = Int32(HK_LOG_WARN)
    static let error = Int32(HK_LOG_ERROR)
    static let critical = Int32(HK_LOG_CRIT)

    static func clamped(_ level: Int32) -> Int32 { min(max(level, Int32(HK_LOG_EMERG)), Int32(HK_LOG_DATA)) }
}
