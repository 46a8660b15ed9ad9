/// A named row of the dynamic symbol table.
struct ELFSymbol {
    static let entrySize = 24

    let name: String
    private let info: UInt8
    private let visibility: UInt8
    private let section: UInt16
    private let value: UInt64

    init?(_ bytes: Span<UInt8>, at start: Int, name: String) {
        guard
            let info = bytes.integer(UInt8.self, at: start + 4), let other = bytes.integer(UInt8.self, at: start + 5),
            let section = bytes.u16(at: start + 6), let value = bytes.u64(at: start + 8)
        else { return nil }
        self.name = name
        self.info = info
        self.visibility = other & 3
        self.section = section
        self.value = value
    }

    private var binding: UInt8 { info >> 4 }
    private var kind: UInt8 { info & 15 }
    /// STB_GLOBAL, STB_WEAK and STB_GNU_UNIQUE are seen by other images.
    private var isGlobal: Bool { binding == 1 || binding == 2 || binding == 10 }

    var isWeak: Bool { binding == 2 }
    var isUndefined: Bool { section == 0 && isGlobal }

    /// Another image can bind to it.
    ///
    /// An absolute zero is only the name of a version.
    var isExported: Bool {
        let isVersionName = section == 0xFFF1 && value == 0
        return section != 0 && isGlobal && (visibility == 0 || visibility == 3) && !isVersionName
    }

    /// It names code: STT_FUNC or STT_GNU_IFUNC inside an executable segment.
    func isFunction(in segments: [ELFSegment]) -> Bool {
        guard kind == 2 || kind == 10 else { return false }
        return segments.contains { $0.isExecutable && $0.contents(from: value) != nil }
    }

    /// N when this is an entry function `haraka_plugin_vN`.
    var major: Int? {
        let prefix = "haraka_plugin_v"
        guard name.hasPrefix(prefix) else { return nil }
        let digits = name.dropFirst(prefix.count)
        guard (1...4).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int(digits)
    }
}
