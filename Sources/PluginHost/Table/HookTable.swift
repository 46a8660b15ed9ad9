public import Hooks

/// Which functions of which plugins are asked on each hook, in order; it never changes.
///
/// A session keeps the table that it began with. A plugin's generation may end when no table names it any more.
public final class HookTable: Sendable {
    /// One place in a hook's line, with what the operator set for its plugin.
    struct Post: Sendable {
        let registration: Registration
        /// In nanoseconds; `Int64.max`: none.
        let limit: Int64
    }

    /// Counts up with each table.
    public let generation: UInt64
    let backstage: Backstage
    let instances: [PluginInstance]
    /// By the hook's index.
    let posts: [[Post]]
    let places: [[Place]]
    /// The line of the hook `deny`.
    let judges: [Place]
    let judgePosts: [Post]
    private let names: [String: Int]
    private let entries: [PluginEntry]

    init(generation: UInt64, backstage: Backstage, _ plugins: [(PluginInstance, PluginEntry)]) {
        self.generation = generation
        self.backstage = backstage
        instances = plugins.map(\.0)
        entries = plugins.map(\.1)
        var names: [String: Int] = [:]
        var posts = [[Post]](repeating: [], count: Hook.all.count)
        var places = [[Place]](repeating: [], count: Hook.all.count)
        var found: [(registration: Registration, plugin: Int, order: Int)] = []
        for (number, (instance, entry)) in plugins.enumerated() {
            names[entry.name] = number
            for registration in instance.registrations { found.append((registration, number, found.count)) }
        }
        // Equal priorities in the order of config/plugins, then of add().
        found.sort { ($0.registration.priority, $0.order) < ($1.registration.priority, $1.order) }
        for (registration, plugin, _) in found {
            let entry = entries[plugin]
            let limit = (registration.timeout ?? entry.timeout)?.wholeNanoseconds ?? .max
            posts[registration.hook.index].append(Post(registration: registration, limit: limit))
            places[registration.hook.index].append(
                Place(plugin: plugin, observes: registration.observes, onFailure: entry.onFailure)
            )
        }
        self.names = names
        self.posts = posts
        self.places = places
        judges = places[Hook.deny.index]
        judgePosts = posts[Hook.deny.index]
        for instance in instances { instance.tableBegan() }
    }

    deinit {
        for instance in instances { instance.tableEnded() }
    }

    public func isEmpty(_ hook: Hook) -> Bool { places[hook.index].isEmpty }

    /// The functions of one hook in the order in which they are asked.
    public func line(of hook: Hook) -> [OrderRow] {
        posts[hook.index].enumerated().map { index, post in
            let registration = post.registration
            return OrderRow(
                hook: hook,
                plugin: registration.instance.name,
                function: registration.signature.text,
                priority: registration.priority,
                timeout: post.limit == .max ? nil : .nanoseconds(post.limit),
                order: index + 1,
                isInline: registration.runsInline,
                observes: registration.observes
            )
        }
    }

    /// Every hook's line, in the order of the catalogue.
    public var listing: [OrderRow] { Hook.all.flatMap(line) }

    /// In the order of `config/plugins`.
    public var plugins: [PluginFacts] { zip(instances, entries).map { $0.facts($1) } }

    /// A plugin's number, as ``Hooks/Outcome/plugin`` has it.
    public func number(of plugin: String) -> Int? { names[plugin] }

    func pluginName(_ number: Int) -> String { entries.indices.contains(number) ? entries[number].name : "?" }
}
