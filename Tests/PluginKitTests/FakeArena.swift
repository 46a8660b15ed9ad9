import PluginABI
import Synchronization

@testable import PluginKit

/// Memory for what C is shown; it lives as long as the test.
@safe final class FakeArena: @unchecked Sendable {  // append only, under its lock
    @safe private struct Block: @unchecked Sendable { let pointer: UnsafeMutableRawPointer }
    private let blocks = Mutex<[Block]>([])

    deinit {
        for block in blocks.withLock({ $0 }) { unsafe block.pointer.deallocate() }
    }

    func keep<T>(_ value: T) -> UnsafePointer<T> {
        let place = UnsafeMutablePointer<T>.allocate(capacity: 1)
        unsafe place.initialize(to: value)
        let block = unsafe Block(pointer: UnsafeMutableRawPointer(place))
        blocks.withLock { $0.append(block) }
        return unsafe UnsafePointer(place)
    }

    func view(_ text: String) -> hk_str { unsafe view(Array(text.utf8)) }

    func view(_ bytes: [UInt8]) -> hk_str {
        let place = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
        unsafe place.copyBytes(from: bytes)
        guard let base = place.baseAddress else { return unsafe .absent }
        let block = unsafe Block(pointer: base)
        blocks.withLock { $0.append(block) }
        return unsafe hk_str(ptr: UnsafePointer(base.assumingMemoryBound(to: CChar.self)), len: bytes.count)
    }
}
