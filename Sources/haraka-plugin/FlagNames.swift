internal import PluginABI

/// The header's names of bits and levels.
enum FlagNames {
    static func plugin(_ flags: UInt32) -> [String] {
        names(flags, [(HK_PF_SERIAL, "SERIAL"), (HK_PF_RELOADABLE, "RELOADABLE"), (HK_PF_FORK_SAFE, "FORK_SAFE")])
    }

    static func hook(_ flags: UInt32) -> [String] {
        names(
            flags,
            [
                (HK_HF_MAY_PEND, "MAY_PEND"), (HK_HF_OBSERVE, "OBSERVE"), (HK_HF_OPTIONAL, "OPTIONAL"),
                (HK_HF_INLINE, "INLINE"),
            ]
        )
    }

    static func level(_ level: Int32) -> String {
        let names = ["emerg", "alert", "crit", "error", "warn", "notice", "info", "debug", "protocol", "data"]
        return names[max(0, min(names.count - 1, Int(level)))]
    }

    private static func names(_ flags: UInt32, _ known: [(bit: UInt32, name: String)]) -> [String] {
        let all = known.reduce(0) { $0 | $1.bit }
        let named = known.filter { flags & $0.bit != 0 }.map(\.name)
        return flags & ~all == 0 ? named : named + ["0x" + String(flags & ~all, radix: 16)]
    }

    private static func names(_ flags: UInt32, _ known: [(Int, String)]) -> [String] {
        names(flags, known.map { (bit: UInt32($0.0), name: $0.1) })
    }
}
