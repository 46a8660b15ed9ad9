import Glibc

/// The argument of openat2(2), as `linux/openat2.h` lays it out.
private struct OpenHow {
    var flags: UInt64
    var mode: UInt64
    var resolve: UInt64
}

extension FileDescriptor {
    /// openat2 has the same number on every architecture.
    private static let openat2 = 437
    private static let noMagicLinks: UInt64 = 0x02
    private static let noSymbolicLinks: UInt64 = 0x04
    private static let beneath: UInt64 = 0x08

    /// Opens a name that a stranger may have chosen: the kernel guarantees that what is opened lies below this folder.
    ///
    /// `..` out of the folder, absolute paths and, unless allowed, any symbolic link on the way fail with EXDEV or
    /// ELOOP (`SystemError.isEscape`). Links that are allowed must stay below the folder too. Needs Linux 5.6.
    public func openBeneath(
        _ name: String,
        _ flags: OpenFlags = .read,
        mode: UInt32 = 0o600,
        allowingLinks: Bool = false
    ) throws(SystemError) -> FileDescriptor {
        try SystemCall.check(name, "openat2")
        var how = OpenHow(
            flags: UInt64(UInt32(bitPattern: flags.rawValue | O_CLOEXEC)),
            // The kernel refuses a mode where nothing can be created.
            mode: flags.contains(.create) ? UInt64(mode) : 0,
            resolve: Self.beneath | Self.noMagicLinks | (allowingLinks ? 0 : Self.noSymbolicLinks)
        )
        var attempts = 0
        while true {
            let opened = unsafe name.withCString { name in
                unsafe withUnsafeMutablePointer(to: &how) { how in
                    SystemCall.numbered(
                        Self.openat2,
                        Int(number),
                        Int(bitPattern: name),
                        Int(bitPattern: how),
                        MemoryLayout<OpenHow>.size
                    )
                }
            }
            if opened >= 0 { return FileDescriptor(owning: Int32(opened), path: join(name)) }
            // EAGAIN: something was renamed on the way, so the kernel could not be sure. A few tries, as it advises.
            attempts += 1
            guard errno == EINTR || (errno == EAGAIN && attempts < 16) else {
                throw SystemError.last("openat2", join(name))
            }
        }
    }
}
