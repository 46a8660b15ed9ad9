import Glibc

/// What the kernel says of the running process.
public enum ThisProcess {
    /// Its number.
    public static var id: Int32 { getpid() }

    /// Processors that are online; 1 at least.
    public static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
