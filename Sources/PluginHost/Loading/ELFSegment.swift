/// A row of the program header table: what the loader maps.
struct ELFSegment {
    static let entrySize = 56

    let type: UInt32
    let flags: UInt32
    let contents: Range<Int>
    let address: UInt64

    var isLoaded: Bool { type == 1 }
    var isDynamic: Bool { type == 2 }
    var isStack: Bool { type == 0x6474_E551 }
    var isExecutable: Bool { flags & 1 != 0 }
    var isWritable: Bool { flags & 2 != 0 }

    static func all(of bytes: Span<UInt8>, _ header: ELFHeader) throws(ELFImage.Flaw) -> [ELFSegment] {
        let size = header.programHeaderCount * entrySize
        guard let table = bytes.range(at: header.programHeaders, size: UInt64(size)) else {
            throw .incomplete("its program headers end beyond its \(bytes.count) bytes")
        }
        var segments: [ELFSegment] = []
        for start in stride(from: table.lowerBound, to: table.upperBound, by: entrySize) {
            segments.append(try ELFSegment(bytes, at: start))
        }
        return segments
    }

    private init(_ bytes: Span<UInt8>, at start: Int) throws(ELFImage.Flaw) {
        guard
            let type = bytes.u32(at: start), let flags = bytes.u32(at: start + 4),
            let offset = bytes.u64(at: start + 8), let address = bytes.u64(at: start + 16),
            let size = bytes.u64(at: start + 32)
        else { throw .incomplete("its program headers end beyond its \(bytes.count) bytes") }
        guard let contents = bytes.range(at: offset, size: size) else {
            throw .incomplete("a segment of \(size) bytes starts at \(offset) and the file has \(bytes.count)")
        }
        self.type = type
        self.flags = flags
        self.address = address
        self.contents = contents
    }

    /// Where in the file the byte of this address lies, with all that follows it in the segment.
    func contents(from wanted: UInt64) -> Range<Int>? {
        guard isLoaded, wanted >= address, let distance = Int(exactly: wanted - address) else { return nil }
        guard distance < contents.count else { return nil }
        return contents.lowerBound + distance..<contents.upperBound
    }
}
