import Glibc

/// What the kernel lets this process have.
public enum ResourceLimits {
    /// Raises the number of files that may be open to what is allowed at most, and tells it.
    @discardableResult
    public static func raiseOpenFiles() throws(SystemError) -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        try SystemCall.retrying("getrlimit") { unsafe getrlimit(resource, &limit) }
        limit.rlim_cur = limit.rlim_max
        try SystemCall.retrying("setrlimit") { unsafe setrlimit(resource, &limit) }
        return Int(clamping: limit.rlim_cur)
    }
}
