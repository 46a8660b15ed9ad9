import PluginKit
import Settings

/// `auth_flat_file.ini`.
final class FlatFileSettings: PluginSettings {
    private static let file = "auth_flat_file.ini"

    /// Senders have to be of the domain of whoever has authenticated.
    let constrainsSender: Bool
    /// By which users may log in, in the order of the offer.
    let methods: [AuthMethod]
    /// By the bytes of their names: two spellings that look alike are two users.
    private let users: [[UInt8]: StoredPassword]
    /// What a password is checked against for a user who isn't there, so that it takes as long.
    private let decoy: StoredPassword?

    init(_ settings: Settings) throws(PluginError) {
        constrainsSender = try settings.boolean(Self.file, "core.constrain_sender", default: true)
        let users = try Self.users(settings)
        let named = try Self.methods(settings)
        let values = Array(users.values)
        methods = AuthMethod.allCases.filter { method in
            // By default a client is shown nothing that would fail for one of the users.
            guard let named else {
                return AuthMethod.usual.contains(method) && !values.isEmpty && values.allSatisfy { $0.serves(method) }
            }
            return named.contains(method) && values.contains { $0.serves(method) }
        }
        self.users = users
        decoy = values.max { Self.cost($0) < Self.cost($1) }
    }

    var warnings: [String] {
        methods.isEmpty ? ["auth_flat_file.ini lets nobody log in: no user, or no method"] : []
    }

    /// What is kept of that user, if it can serve the method and the method is allowed.
    func password(of user: String, for method: String) -> StoredPassword? {
        guard let method = AuthMethod(rawValue: method), methods.contains(method),
            let stored = users[Array(user.utf8)], stored.serves(method)
        else { return nil }
        return stored
    }

    /// Does the work of a check that can only fail.
    func pretend(_ password: [UInt8]) { _ = decoy?.matches(password) }

    private static func cost(_ stored: StoredPassword) -> Int {
        switch stored {
        case .clear: 0
        case .scram: 1
        case .crypt: 2
        }
    }

    private static func methods(_ settings: Settings) throws(PluginError) -> [AuthMethod]? {
        let text = settings.text(file, "core.methods", default: "")
        guard !text.isEmpty else { return nil }
        var methods: [AuthMethod] = []
        for word in text.split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\t" }) {
            guard let method = AuthMethod(rawValue: word.uppercased()) else {
                let known = AuthMethod.allCases.map(\.rawValue).joined(separator: ", ")
                throw settings.wrong(file, key: "core.methods", "\"\(word)\" is none of \(known)")
            }
            methods.append(method)
        }
        return methods
    }

    private static func users(_ settings: Settings) throws(PluginError) -> [[UInt8]: StoredPassword] {
        var users: [[UInt8]: StoredPassword] = [:]
        for (user, text) in try settings.section(file, "users") {
            do throws(StoredPassword.Wrong) {
                users[Array(user.utf8)] = try StoredPassword(text)
            } catch {
                throw settings.wrong(file, key: "users.\(user)", "the user \(user) \(error.sentence)")
            }
        }
        return users
    }
}
