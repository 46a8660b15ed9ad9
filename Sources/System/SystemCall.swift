import Glibc

/// How the calls of this room are made: repeated when a signal interrupts them, never with a path cut short.
enum SystemCall {
    /// Repeats `body` while it fails with EINTR, and throws what it leaves in errno when it fails otherwise.
    @discardableResult
    static func retrying<Result: FixedWidthInteger & SignedInteger>(
        _ call: String,
        _ path: String = "",
        _ body: () -> Result
    ) throws(SystemError) -> Result {
        while true {
            let result = body()
            if result >= 0 { return result }
            if errno != EINTR { throw SystemError.last(call, path) }
        }
    }

    /// Refuses a name with a NUL in it: C would see the part before it, which is another file.
    static func check(_ name: String, _ call: String) throws(SystemError) {
        if name.utf8.contains(0) || name.isEmpty {
            throw SystemError(errno: name.isEmpty ? ENOENT : EINVAL, call: call, path: name)
        }
    }

    private typealias Function = @convention(c) (Int, Int, Int, Int, Int) -> Int

    /// The C library's `syscall`.
    ///
    /// Swift does not import variadic functions; on x86_64 and aarch64 Linux integers are passed to a variadic function
    /// exactly as to any other, so it is called by a fixed type.
    private static let function: Function? = {
        guard let symbol = unsafe dlsym(nil, "syscall") else { return nil }
        return unsafe unsafeBitCast(symbol, to: Function.self)
    }()

    /// A call that the C library has no name for.
    static func numbered(_ number: Int, _ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Int {
        guard let function else {
            errno = ENOSYS
            return -1
        }
        return function(number, a, b, c, d)
    }
}
