import Glibc

/// A file that nobody else had made before, open for reading and writing.
public struct UniqueFile: ~Copyable, Sendable {
    /// In the folder that it was made in.
    public let name: String
    public let file: FileDescriptor

    init(name: String, file: consuming FileDescriptor) {
        self.name = name
        self.file = file
    }
}

extension FileDescriptor {
    /// Makes a file of a fresh name, `prefix` and 16 random characters, in this folder.
    public func makeUnique(prefix: String, mode: UInt32 = 0o600) throws(SystemError) -> UniqueFile {
        for _ in 0..<100 {
            let name = prefix + Randomness.word(count: 16)
            do throws(SystemError) {
                let file = try open(name, [.readWrite, .create, .exclusive, .noFollow], mode: mode)
                return UniqueFile(name: name, file: file)
            } catch  where error.isTaken {
                continue
            }
        }
        throw SystemError(errno: EEXIST, call: "openat", path: join(prefix))
    }

    /// Replaces a file of this folder as a whole: after a crash it holds the old or the new bytes, never a mixture.
    ///
    /// Writes beside it, fsyncs, renames over it and fsyncs the folder. `mode` is exact. On a fault nothing is left.
    public func replace(_ name: String, with bytes: [UInt8], mode: UInt32 = 0o600) throws(SystemError) {
        try SystemCall.check(name, "renameat")
        let fresh = try makeUnique(prefix: "." + name + ".", mode: 0o600)
        do throws(SystemError) {
            try fresh.file.writeAll(bytes)
            try fresh.file.changeMode(mode)
            try fresh.file.synchronize()
            try rename(fresh.name, to: name)
        } catch {
            try? unlink(fresh.name)
            throw error
        }
        try synchronize()
    }
}
