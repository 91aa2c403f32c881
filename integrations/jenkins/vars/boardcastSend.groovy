import groovy.json.JsonOutput

/**
 * Tells a LAVA lab's Boardcast of an image that was built, and fails the build visibly if the lab does not take it.
 *
 *   boardcastSend url: 'https://lab.example.org:8070', record: [source: 'jenkins:oe', build_id: env.BUILD_TAG, ...]
 *
 * url            the lab's address; required
 * record         the record as a map, or the name of a file in the workspace that has it as JSON; event.json if not said
 * credentialsId  the secret text with the LAVA API token; boardcast-token if not said
 * wait           true: wait for the boards, and fail unless every job ended Complete
 * timeout        how many seconds to wait at most; 18000 if not said
 */
def call(Map options) {
  String folder = pwd(tmp: true)
  def record = options.record ?: 'event.json'
  String json = record instanceof Map ? JsonOutput.toJson(record) : readFile(file: record.toString(), encoding: 'UTF-8')
  writeFile file: "${folder}/boardcast-event.json", text: json, encoding: 'UTF-8'
  writeFile file: "${folder}/boardcast-send.sh", text: libraryResource('boardcast/send.sh'), encoding: 'UTF-8'
  withCredentials([string(credentialsId: options.credentialsId ?: 'boardcast-token', variable: 'BOARDCAST_TOKEN')]) {
    withEnv([
      "BOARDCAST_URL=${options.url ?: ''}",
      "BOARDCAST_WAIT=${options.wait ? 'true' : 'false'}",
      "BOARDCAST_TIMEOUT=${options.timeout ?: 18000}",
      "BOARDCAST_FOLDER=${folder}",
    ]) {
      sh label: 'boardcast', script: 'sh "$BOARDCAST_FOLDER/boardcast-send.sh" "$BOARDCAST_FOLDER/boardcast-event.json"'
    }
  }
}
