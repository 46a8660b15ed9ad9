internal import Mail

/// A header block at a place in memory that plugins may look at.
@safe final class HeaderImage: @unchecked Sendable {
    // Invariant: the memory is written once, in init.
    let block: HeaderBlock
    let bytes: UnsafeRawBufferPointer

    init(_ block: HeaderBlock) {
        self.block = block
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: block.bytes.count, alignment: 1)
        unsafe memory.copyBytes(from: block.bytes)
        unsafe bytes = UnsafeRawBufferPointer(memory)
    }

    deinit { unsafe bytes.deallocate() }
}
