/// Keys and their values, in the order in which they were first written.
public struct ConfigSection: Equatable, Sendable {
    public private(set) var keys: [String] = []
    private var nodes: [String: ConfigNode] = [:]

    public init() {}

    public subscript(key: String) -> ConfigNode? {
        get { nodes[key] }
        set {
            if let newValue {
                if nodes.updateValue(newValue, forKey: key) == nil { keys.append(key) }
            } else if nodes.removeValue(forKey: key) != nil {
                keys.removeAll { $0 == key }
            }
        }
    }

    public var isEmpty: Bool { keys.isEmpty }

    /// This section with another laid over it: sections are merged key by key, anything else is replaced.
    public func overlaid(with upper: ConfigSection) -> ConfigSection {
        var merged = self
        for key in upper.keys {
            guard let node = upper[key] else { continue }
            if let section = node.section, let lower = merged[key]?.section {
                merged[key] = ConfigNode(.section(lower.overlaid(with: section)), at: node.origin)
            } else {
                merged[key] = node
            }
        }
        return merged
    }
}
