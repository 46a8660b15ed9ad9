/// The first 64 bytes of an ELF file.
struct ELFHeader {
    let type: UInt16
    let machine: UInt16
    let programHeaders: UInt64
    let programHeaderCount: Int
    let sectionHeaders: UInt64
    let sectionHeaderCount: Int
    let sectionNames: Int

    private static let magic: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]

    init(_ bytes: Span<UInt8>) throws(ELFImage.Flaw) {
        for (index, byte) in Self.magic.enumerated() {
            guard index < bytes.count else { throw .incomplete("it has \(bytes.count) bytes") }
            guard bytes[index] == byte else { throw Self.foreign(bytes) }
        }
        guard
            bytes.count >= 64,
            let type = bytes.u16(at: 16), let machine = bytes.u16(at: 18),
            let programHeaders = bytes.u64(at: 32), let sectionHeaders = bytes.u64(at: 40),
            let programEntry = bytes.u16(at: 54), let programCount = bytes.u16(at: 56),
            let sectionEntry = bytes.u16(at: 58), let sectionCount = bytes.u16(at: 60), let names = bytes.u16(at: 62)
        else { throw .incomplete("it has \(bytes.count) bytes and an ELF header takes 64") }
        guard bytes[4] == 2 else { throw .foreign("it is a 32-bit ELF file") }
        guard bytes[5] == 1 else { throw .foreign("it is a big-endian ELF file") }
        guard bytes[6] == 1, bytes.u32(at: 20) == 1 else { throw .foreign("it is of an unknown ELF version") }
        guard programCount > 0, programEntry == ELFSegment.entrySize else {
            throw .inconsistent("it has no program headers that a loader could map")
        }
        guard sectionCount == 0 || sectionEntry == ELFSection.entrySize else {
            throw .inconsistent("its section headers are \(sectionEntry) bytes long")
        }
        self.type = type
        self.machine = machine
        self.programHeaders = programHeaders
        self.programHeaderCount = Int(programCount)
        self.sectionHeaders = sectionHeaders
        self.sectionHeaderCount = Int(sectionCount)
        self.sectionNames = Int(names)
    }

    private static func foreign(_ bytes: Span<UInt8>) -> ELFImage.Flaw {
        let start = bytes.copy(0..<min(8, bytes.count))
        if start.allSatisfy({ $0 == 0 }) { return .incomplete("it begins with zeros") }
        if start.starts(with: "!<arch>\n".utf8) { return .foreign("it is a static library") }
        if start.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) {
            return .foreign("it is a text")
        }
        return .foreign("it is no ELF file")
    }
}
