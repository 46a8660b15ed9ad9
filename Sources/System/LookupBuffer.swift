import Glibc

/// The memory that the reentrant account lookups write strings into; grown until the entry fits.
enum LookupBuffer {
    static func growing<Found>(
        _ call: String,
        _ name: String,
        _ lookup: (UnsafeMutablePointer<CChar>, Int, inout Found?) -> Int32
    ) throws(SystemError) -> Found? {
        var size = 1024
        while true {
            var found: Found?
            let fault = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) {
                guard let memory = $0.baseAddress else { return ERANGE }
                return unsafe lookup(memory, size, &found)
            }
            switch fault {
            case 0: return found
            // getpwnam(3): "ENOENT or ESRCH or EBADF or EPERM or ...: the given name was not found."
            case ENOENT, ESRCH, EBADF, EPERM: return nil
            case EINTR: continue
            case ERANGE where size < 1 << 20: size *= 4
            default: throw SystemError(errno: fault, call: call, path: name)
            }
        }
    }

    /// A string of an entry; empty when the account service left it out.
    static func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
        guard let pointer = unsafe pointer else { return "" }
        return unsafe String(cString: pointer)
    }
}
