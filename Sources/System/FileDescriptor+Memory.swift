import Glibc

extension FileDescriptor {
    #if arch(x86_64)
    private static let memfdCreate = 319
    #else
    private static let memfdCreate = 279
    #endif

    /// A file of no folder, that is gone when its last descriptor is: memfd_create(2).
    public static func inMemory(named name: String) throws(SystemError) -> FileDescriptor {
        try SystemCall.check(name, "memfd_create")
        let number = unsafe name.withCString { name in
            SystemCall.numbered(Self.memfdCreate, Int(bitPattern: name), 1, 0, 0)  // 1: MFD_CLOEXEC
        }
        guard number >= 0 else { throw SystemError.last("memfd_create", name) }
        return FileDescriptor(owning: Int32(number), path: name)
    }
}
