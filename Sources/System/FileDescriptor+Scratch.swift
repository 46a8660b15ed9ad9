import Glibc

extension FileDescriptor {
    /// A file without a name in a folder, that is gone when its last descriptor and mapping are.
    ///
    /// Mapping it doesn't change its time of access, which would wait for the disk. Where the file system knows no O_TMPFILE
    /// it has a name for a moment.
    public static func scratch(in folder: String) throws(SystemError) -> FileDescriptor {
        do throws(SystemError) {
            return try open(folder, OpenFlags(rawValue: __O_TMPFILE | O_DIRECTORY | O_RDWR | __O_NOATIME))
        } catch  where [EOPNOTSUPP, EISDIR, EINVAL].contains(error.errno) {
            let directory = try open(folder, [.directory])
            let unique = try directory.makeUnique(prefix: ".spool-")
            try directory.unlink(unique.name)
            return try unique.file.duplicate()
        }
    }

    /// Writes all of it at an offset or throws; how much a failed call has written is not told.
    public func writeAll(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...])
            written += try SystemCall.retrying("pwrite", path) {
                unsafe pwrite(number, rest.baseAddress, rest.count, off_t(offset + written))
            }
        }
    }
}
