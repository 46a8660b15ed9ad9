package import PluginKit

extension Call where Kind == HookKind.Message {
    /// A part of the message, a copy; shorter than asked for only at its end.
    package func part(at offset: UInt64, count: Int) throws -> [UInt8] {
        try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = try unsafe read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
        }
    }
}
