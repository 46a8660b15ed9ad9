internal import Glibc

/// What this server calls itself.
public enum Product {
    public static let name = "Haraka"
    public static let version = "0.1.0"
    /// How plugins see it.
    static let identifier = "haraka-swift"
    static var pid: Int32 { getpid() }
}

enum Processors {
    /// Processors that the process may use.
    static var count: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
